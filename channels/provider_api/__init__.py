"""How providers report by machine."""
