"""Which fields of a file does nothing here read, and could they matter?

Every field is read, known to say nothing about position, or named. One whose name speaks of
rotation may change the speeds: nothing is foretold then.
"""

import re

from rope_lessons.configs.fields import ALIASES, BLOCKS, NESTED, ROPE, short

ROTATION = re.compile(r"(^|[._])(rope|ropes|rotary|rot|ntk|yarn|theta|nope|mscale|alibi)([._]|$)")
ROTATION_NAMES = ("scaling_factor", "use_long_context", "long_context", "position_interpolation")
# These values of them change nothing.
NEUTRAL = {
    **dict.fromkeys(("use_scaled_rope", "use_dynamic_ntk", "use_long_context"), False),
    **dict.fromkeys(("scaling_factor", "rope_scaling_factor"), 1),
    "offset_alibi": 100,  # BLOOM's, from before its code settled
    "original_rope": True,  # ChatGLM2's: RoPE as its code has it
}
READ = {*ROPE, *BLOCKS, *NESTED, *ALIASES, *(name for names in ALIASES.values() for name in names)}
READ |= {"model_type", "_name_or_path", "alibi", "position_embedding_type", "use_mla"}
READ |= {"qk_nope_head_dim", "v_head_dim", "attn_config", "no_rope_layers"}
# Words in the names of fields that say nothing about where RoPE acts or how fast.
HARMLESS = re.compile(
    "token|vocab|dropout|drop|pdrop|act_|_act|activation|norm|eps|init|expert|moe|router|topk|top_k"
    "|intermediate|ffn|mlp|inner|d_ff|d_kv|tie_|dtype|cache|quant|architect|auto_map|version|vision"
    "|image|video|audio|speech|logit|loss|aux|label|problem|prune|gradient|bias|pretraining|output"
    "|return_dict|is_decoder|is_encoder|cross_att|length_penalty|beam|sample|temperature|top_p"
    "|repetition|mamba|ssm|conv|lora|key_value|kv_head|num_kv|n_kv|group|mtp|nextn|residual|embedding_"
    "|softcap|_name|^id2|2id$|num_layers|decoder_layers|encoder_layers|multiplier|clip|parallel|multi_query"
    "|_attn_implementation|attn_impl|new_decoder|use_qk|qk_ln|adapter|index|sparse|jax|summary|scale_"
    "|window_size|seq_len|bos|eos|pad|hidden_size_per|linear_|laurel|altup|query_pre_attn|ep_size"
    "|first_k|n_shared|n_routed|use_pos_enc|heads_per|max_window_layers|num_attention_heads_per"
    "|relative_attention|attention_chunk|sink|finetun|task|torch|flash|sdpa|eager|type_vocab|chunk_size_feed"
)


def unread(fields):
    """The fields that nothing read: those that may change the speeds, and the others.

    Parameters
    ----------
    fields : Fields
        After everything else has been read.

    Returns
    -------
    two lists of str
        "name = value" each.

    >>> from rope_lessons.configs.fields import Fields
    >>> unread(Fields({"rope_twist": 3, "hidden_act": "silu", "spin": 1}))
    (['rope_twist = 3'], ['spin = 1'])
    """
    turning, others = [], []
    for name, value in fields.values.items():
        if (
            name in READ
            or fields.was_asked(name)
            or value is None
            or value == NEUTRAL.get(name, ...)
        ):
            continue
        said = f"{fields.place}{name} = {short(value)}"
        if ROTATION.search(name) or name in ROTATION_NAMES:
            turning.append(said)
        elif not HARMLESS.search(name):
            others.append(said)
    return turning, others
