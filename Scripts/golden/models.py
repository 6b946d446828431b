"""Models: outputs and gradients of small ones with random weights, by Hugging Face's transformers.

Roles: tokens, for BERT also segments and mask (1 for a token); parameter.<name> by the names of
checkpoints; output (of BERT the states and behind them what is pooled) and cotangent;
gradient.<name>.
"""

import torch
from transformers import BertConfig, BertModel, GPT2Config, GPT2LMHeadModel

from .writer import Golden, generator, integers, normal

UNUSED = dict(bos_token_id=None, eos_token_id=None)


def randomize(model, source, scale=0.3):
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(normal(source, *p.shape, scale=scale))
    return model.eval()


def parameters(model, prefix=""):
    """Those of checkpoints, by their names there, and the gradients under the same."""
    tensors = {}
    for n, p in model.named_parameters():
        n = n.removeprefix(prefix)
        tensors[f"parameter.{n}"] = p
        tensors[f"gradient.{n}"] = p.grad
    return tensors


def zero_biases(model):
    """As nanoGPT's `bias=False`: biases of zero are the same as none."""
    with torch.no_grad():
        for n, p in model.named_parameters():
            if n.endswith("bias"):
                p.zero_()
    return model


def gpt(golden):
    plain = dict(vocabulary=11, context=9, width=8, layers=2, heads=2, tied=True, tanh=True)
    for shape, changes in [([2, 7], {}), ([1, 1], dict(layers=1)), ([2, 9], dict(tied=False)),
                           ([3, 4], dict(width=12, heads=3, tanh=False)),
                           ([2, 6], dict(layers=1, bias=False, tanh=False, tied=False))]:
        o = plain | changes
        name = f"gpt {shape} {changes}"
        source = generator(name)
        model = randomize(GPT2LMHeadModel(GPT2Config(
            vocab_size=o["vocabulary"], n_positions=o["context"], n_embd=o["width"],
            n_layer=o["layers"], n_head=o["heads"], tie_word_embeddings=o["tied"],
            activation_function="gelu_new" if o["tanh"] else "gelu", attn_implementation="eager",
            **UNUSED)), source)
        if not o.get("bias", True):
            zero_biases(model)
        tokens = integers(source, o["vocabulary"], *shape)
        logits = model(tokens).logits
        cotangent = normal(source, *logits.shape)
        logits.backward(cotangent)
        named = parameters(model, "transformer.")
        if not o.get("bias", True):
            named = {n: t for n, t in named.items() if not n.endswith(".bias")}
        golden.add(name, "GPT", o, {"tokens": tokens, "output": logits, "cotangent": cotangent}
                   | named)


def bert(golden):
    plain = dict(vocabulary=13, context=8, segments=2, width=8, layers=2, heads=2, hidden=20,
                 epsilon=1e-12, tanh=False)
    for shape, lengths, segmented, changes in [
            ([2, 6], None, False, {}), ([3, 8], [8, 5, 1], True, {}),
            ([2, 5], [3, 5], False, dict(width=12, heads=3, layers=1, tanh=True, epsilon=1e-5))]:
        o = plain | changes
        name = f"bert {shape} lengths {lengths} {changes}"
        source = generator(name)
        model = randomize(BertModel(BertConfig(
            vocab_size=o["vocabulary"], max_position_embeddings=o["context"],
            type_vocab_size=o["segments"], hidden_size=o["width"], num_hidden_layers=o["layers"],
            num_attention_heads=o["heads"], intermediate_size=o["hidden"],
            layer_norm_eps=o["epsilon"], hidden_act="gelu_new" if o["tanh"] else "gelu",
            attn_implementation="eager", pad_token_id=None)), source)
        tokens = integers(source, o["vocabulary"], *shape)
        segments = integers(source, o["segments"], *shape) if segmented else None
        mask = None
        if lengths:
            mask = (torch.arange(shape[1]) < torch.tensor(lengths)[:, None]).to(torch.int64)
        found = model(tokens, attention_mask=mask, token_type_ids=segments)
        output = torch.cat([found.last_hidden_state, found.pooler_output[:, None]], 1)
        cotangent = normal(source, *output.shape)
        output.backward(cotangent)
        golden.add(name, "BERT", o, {"tokens": tokens, "segments": segments, "mask": mask,
                                     "output": output, "cotangent": cotangent}
                   | parameters(model))


def make():
    golden = Golden()
    gpt(golden)
    bert(golden)
    return golden
