namespace MyCoach.Bounds;

/// <summary>The request fields and content types that show whether all input is text in the body.</summary>
internal static class KnownContent
{
    // Leaves out fields that refer to something the provider stores, other than an earlier answer. With such a field, or
    // an unknown one, the input can be longer than the body.
    public static readonly HashSet<string> KnownMembers = new(StringComparer.Ordinal)
    {
        // All
        "model",
        "input",
        "messages",
        "metadata",
        "service_tier",
        "stop",
        "stream",
        "stream_options",
        "temperature",
        "tool_choice",
        "tools",
        "top_p",
        "user",
        // OpenAI
        "audio",
        "client_metadata",
        "background",
        "dimensions",
        "encoding_format",
        "frequency_penalty",
        "function_call",
        "functions",
        "include",
        "instructions",
        "logit_bias",
        "logprobs",
        "max_completion_tokens",
        "max_output_tokens",
        "max_tool_calls",
        "modalities",
        "n",
        "parallel_tool_calls",
        "prediction",
        "presence_penalty",
        "previous_response_id",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
        "reasoning",
        "reasoning_effort",
        "response_format",
        "safety_identifier",
        "seed",
        "store",
        "text",
        "top_logprobs",
        "truncation",
        "verbosity",
        "web_search_options",
        // Anthropic
        "cache_control",
        "container",
        "context_management",
        "diagnostics",
        "fallback_credit_token",
        "inference_geo",
        "max_tokens",
        "mcp_servers",
        "output_config",
        "output_format",
        "safeguards",
        "speed",
        "stop_sequences",
        "system",
        "thinking",
        "top_k",
    };

    /// <summary>Further fields of text completions.</summary>
    public static readonly HashSet<string> TextCompletionMembers = new(StringComparer.Ordinal)
    {
        "best_of",
        "echo",
        "prompt",
        "suffix",
    };

    /// <summary>Whether the member names further models that may answer.</summary>
    public static bool IsFallback(string member) =>
        member != "fallback_credit_token" && member.StartsWith("fallback", StringComparison.Ordinal);

    /// <summary>Whether the member makes the provider call further models.</summary>
    public static bool CallsOtherModels(string member) =>
        IsFallback(member) || member.StartsWith("advisor", StringComparison.Ordinal);

    // Content types that the body contains in full: as text, or in a signed or encrypted form that is longer than the
    // text.
    public static readonly HashSet<string> InlineParts = new(StringComparer.Ordinal)
    {
        // OpenAI
        "message",
        "text",
        "input_text",
        "output_text",
        "summary_text",
        "reasoning_text",
        "refusal",
        "reasoning",
        "function",
        "custom",
        "function_call",
        "function_call_output",
        "custom_tool_call",
        "custom_tool_call_output",
        "local_shell_call",
        "local_shell_call_output",
        "apply_patch_call",
        "apply_patch_call_output",
        "tool_search_call",
        "tool_search_output",
        "additional_tools",
        "configuration_update",
        // Anthropic
        "tool_use",
        "tool_addition",
        "tool_removal",
        "tool_definition",
        "tool_reference",
        "tool_result",
        "thinking",
        "redacted_thinking",
        "search_result",
        "document",
        "content",
        "compaction",
    };

    /// <summary>Whether a member contains tool arguments or annotations, and no further content parts.</summary>
    public static bool IsOpaque(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("input"u8)
        || name.SequenceEqual("arguments"u8)
        || name.SequenceEqual("caller"u8)
        || name.SequenceEqual("action"u8)
        || name.SequenceEqual("operation"u8)
        || name.SequenceEqual("annotations"u8)
        || name.SequenceEqual("citations"u8)
        || name.SequenceEqual("cache_control"u8)
        || name.SequenceEqual("logprobs"u8);
}
