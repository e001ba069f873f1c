"""Makes our components known to Rasa's training. Not imported when serving: it pulls all of TensorFlow in."""

from rasa.engine.recipes.default_recipe import DefaultV1Recipe

from turnbot.entities import EntityFinder
from turnbot.intents import IntentClassifier
from turnbot.judge import EntityJudge
from turnbot.policy import IndexedRulePolicy
from turnbot.reader import MessageNormaliser
from turnbot.sentences import SentenceFeaturizer

Kind = DefaultV1Recipe.ComponentType

DefaultV1Recipe.register([Kind.MESSAGE_FEATURIZER], is_trainable=True)(MessageNormaliser)
# also a featurizer to Rasa, which would not let the classifier see the entities of the examples otherwise
DefaultV1Recipe.register([Kind.MESSAGE_FEATURIZER, Kind.ENTITY_EXTRACTOR], is_trainable=True)(EntityFinder)
DefaultV1Recipe.register([Kind.MESSAGE_FEATURIZER], is_trainable=False)(SentenceFeaturizer)
DefaultV1Recipe.register([Kind.INTENT_CLASSIFIER], is_trainable=True)(IntentClassifier)
DefaultV1Recipe.register([Kind.ENTITY_EXTRACTOR], is_trainable=True)(EntityJudge)
DefaultV1Recipe.register([Kind.POLICY_WITHOUT_END_TO_END_SUPPORT], is_trainable=True)(IndexedRulePolicy)
