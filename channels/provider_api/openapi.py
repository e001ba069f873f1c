"""The specification of the providers' interface, made from the very model that reads the reports."""

from typing import Any

from casework.providers.report import Report


def specification(path: str, most: int) -> dict[str, Any]:
    """An OpenAPI 3.1 document."""
    schema = Report.model_json_schema(ref_template="#/components/schemas/{model}", mode="validation")
    schemas = schema.pop("$defs", {}) | {
        "Report": schema,
        "Result": _object(
            {
                "number": {"type": "integer", "description": "its place in the batch, from 1"},
                "id": {"type": ["string", "null"]},
                "status": {"enum": ["received", "already_received", "refused"]},
                "errors": {
                    "type": "array",
                    "items": _object({"field": {"type": "string"}, "message": {"type": "string"}}),
                },
            },
            optional=("errors",),
        ),
        "Refusal": _object({"error": {"type": "string"}, "message": {"type": "string"}}),
    }
    refusals = {
        "401": "No key, or one that is not known",
        "403": "The key was ended",
        "413": f"More than {most} reports, or too many bytes",
        "415": "Not JSON",
        "422": "JSON that cannot be read, or without a list of reports",
        "429": "Too many requests: wait as long as Retry-After says",
    }
    answers: dict[str, Any] = {status: _answer(words, _ref("Refusal")) for status, words in refusals.items()}
    counts = {name: {"type": "integer"} for name in ("received", "already_received", "refused")}
    results = {"results": {"type": "array", "items": _ref("Result")}}
    answers["200"] = _answer("Every report with its own result, in order", _object(counts | results))
    reports = {"type": "array", "items": _ref("Report"), "minItems": 1, "maxItems": most}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Reports of providers",
            "version": "1",
            "description": "Offers, no-shows, enrolments, starts and leavers. A report sent again is taken once.",
        },
        "paths": {
            path: {
                "post": {
                    "summary": "Send a batch of reports",
                    "security": [{"key": []}],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": _object({"reports": reports})}},
                    },
                    "responses": dict(sorted(answers.items())),
                }
            }
        },
        "components": {"schemas": schemas, "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _answer(words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": schema}}}
