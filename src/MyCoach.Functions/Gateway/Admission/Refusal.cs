namespace MyCoach.Gateway;

/// <summary>An error answer of the gateway itself, instead of the provider's answer.</summary>
internal sealed record Refusal(int Status, string Code, string Message)
{
    /// <summary>
    /// True if the same call can succeed later without a change. Otherwise a header stops SDKs from retrying.
    /// </summary>
    public bool IsRetriable =>
        Code
            is "storage_unavailable"
                or "provider_unreachable"
                or "provider_timeout"
                or "too_many_requests"
                or "internal";

    /// <summary>The provider's name for its error, which takes the place of ours in its format; null for ours.</summary>
    public string? ProviderReason { get; private init; }

    /// <param name="hint">Which address is right.</param>
    public static Refusal NotSupported(string path, string hint) =>
        new(StatusCodes.Status404NotFound, "endpoint_not_supported", $"The gateway does not forward {path}. {hint}");

    public static Refusal NoApiKey(string provider) =>
        new(
            StatusCodes.Status403Forbidden,
            "no_api_key",
            $"You have no {provider} key. Store one with PUT /api/keys/{provider}."
        );

    public static Refusal KeyInvalid(string provider) =>
        new(
            StatusCodes.Status403Forbidden,
            "key_rejected",
            $"{provider} refused your stored key earlier. Replace it with PUT /api/keys/{provider}."
        );

    public static Refusal KeyRejected(string provider) =>
        new(
            StatusCodes.Status401Unauthorized,
            "key_rejected",
            $"{provider} refused your stored key. Replace it with PUT /api/keys/{provider}."
        );

    /// <summary>The provider's answer 401 to a key that it does not call invalid.</summary>
    /// <param name="reason">The provider's name for it; null if it states none.</param>
    public static Refusal ProviderRefused(string provider, string? reason) =>
        new(
            StatusCodes.Status401Unauthorized,
            "provider_refused",
            $"{provider} did not allow this call with the stored key{(reason is null ? "" : $" ({reason})")}."
                + $"{RemedyFor(reason)}"
        )
        {
            ProviderReason = reason,
        };

    public static readonly Refusal WebSocket = new(
        StatusCodes.Status426UpgradeRequired,
        "websocket_not_supported",
        "The gateway does not accept WebSocket connections. Send this call as an HTTP request, streamed if needed."
    );

    public static readonly Refusal EncryptionUnavailable = new(
        StatusCodes.Status503ServiceUnavailable,
        "encryption_unavailable",
        "Your stored key cannot be decrypted now, because its data key is unavailable. Retry later."
    );

    public static Refusal Invalid(string message) => new(StatusCodes.Status400BadRequest, "invalid_request", message);

    public static readonly Refusal AttributedByToken = Invalid(
        $"Your token names the conversation or the agent of all its calls, and {CallAdmission.ConversationHeader} or "
            + $"{CallAdmission.AgentHeader} names another one. Leave the header out."
    );

    public static readonly Refusal TokenEnded = new(
        StatusCodes.Status401Unauthorized,
        "unauthenticated",
        "Your token was deleted or replaced, or expired, while the body arrived."
    );

    public static Refusal ModelNotAllowed(IReadOnlyList<string> allowed) =>
        new(
            StatusCodes.Status403Forbidden,
            "model_not_allowed",
            $"Your token allows only these models, and no fallbacks: {string.Join(", ", allowed)}."
        );

    public static readonly Refusal NotJson = Invalid(
        "The body must be a JSON object in UTF-8, at most 64 levels deep, with each field once."
    );

    public static readonly Refusal Background = Invalid(
        "background is not supported, because the usage of such a call cannot be metered. Use streaming instead."
    );

    public static readonly Refusal UnsupportedMediaType = new(
        StatusCodes.Status415UnsupportedMediaType,
        "unsupported_media_type",
        "The body must be JSON in UTF-8, with Content-Type application/json and without Content-Encoding."
    );

    public static readonly Refusal BodyTooLarge = new(
        StatusCodes.Status413PayloadTooLarge,
        "payload_too_large",
        "The body is larger than 32 MiB."
    );

    public static Refusal TooManyCalls(int most) =>
        new(
            StatusCodes.Status429TooManyRequests,
            "too_many_requests",
            $"You have {most} calls under way, the most at a time. Retry when one of them has ended."
        );

    public static readonly Refusal SlowUpload = new(
        StatusCodes.Status408RequestTimeout,
        "request_timeout",
        "The body did not arrive within two minutes."
    );

    public static readonly Refusal ProviderBrokeOff = new(
        StatusCodes.Status502BadGateway,
        "provider_unreachable",
        "The provider closed the connection while it was working. The call is charged by estimate."
    );

    public static readonly Refusal UseStreaming = new(
        StatusCodes.Status504GatewayTimeout,
        "use_streaming",
        "The provider did not answer within 220 seconds, the longest that a connection may be silent. Use streaming."
    );

    public static readonly Refusal ProviderTimeout = new(
        StatusCodes.Status504GatewayTimeout,
        "provider_timeout",
        "The provider did not begin to answer within 220 seconds."
    );

    public static readonly Refusal ProviderUnreachable = new(
        StatusCodes.Status502BadGateway,
        "provider_unreachable",
        "The provider could not be reached, or closed the connection before it answered. Nothing was charged."
    );

    private static string RemedyFor(string? reason) =>
        reason switch
        {
            "incorrect_hostname" => " Store the key again with the region of its project.",
            "missing_scope" or "insufficient_permissions" or "permission_error" =>
                " Give the key the permission at the provider.",
            "no_organization" or "invalid_organization" or "mismatched_organization" or "mismatched_project" =>
                " Check the organization and project of the key.",
            "ip_not_authorized" => " Allow this server's address at the provider.",
            _ => "",
        };
}
