using System.Text.Json;

namespace MyCoach.Providers;

/// <summary>
/// What a provider's error says about the key. Its message may repeat parts of requests and keys, so it is neither
/// stored nor passed on.
/// </summary>
internal sealed record ErrorAnswer(string? Type, string? Code, bool HasLowBalanceMessage)
{
    private const int MaxCodeLength = 64;

    // The type of nearly every error of OpenAI.
    private const string GenericType = "invalid_request_error";

    /// <summary>Whether the provider refuses the key itself, not an IP address or an organisation.</summary>
    public bool RefusesKey(Provider provider) => Code == provider.InvalidKeyCode || Type == provider.InvalidKeyCode;

    /// <summary>
    /// The provider's stable name for the error: OpenAI's code, or else the type. Null if it does not look like one, as
    /// it could be any text.
    /// </summary>
    public string? Name(Provider provider) =>
        provider != Provider.Anthropic && IsName(Code) ? Code
        : IsName(Type) && Type != GenericType ? Type
        : null;

    /// <summary>
    /// The key status that follows from this error and HTTP status; null if it says nothing about the key.
    /// </summary>
    public KeyStatus? KeyStatusFor(Provider provider, int status) =>
        status switch
        {
            StatusCodes.Status401Unauthorized when RefusesKey(provider) => KeyStatus.Invalid,
            StatusCodes.Status400BadRequest
            or StatusCodes.Status402PaymentRequired
            or StatusCodes.Status429TooManyRequests when IsOutOfCredit => KeyStatus.NoCredit,
            _ => null,
        };

    /// <summary>Null if the body is not a provider's error.</summary>
    public static ErrorAnswer? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var error = json.RootElement.GetProperty("error");
            return new ErrorAnswer(
                Text(error, "type"),
                Text(error, "code"),
                Text(error, "message")?.Contains("credit balance is too low", StringComparison.OrdinalIgnoreCase)
                    == true
            );
        }
        catch (Exception unreadable)
            when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsName(string? text) =>
        text is { Length: > 0 and <= MaxCodeLength }
        && text.All(character =>
            char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_'
        );

    private bool IsOutOfCredit =>
        HasLowBalanceMessage || Type == "billing_error" || Type == "insufficient_quota" || Code == "insufficient_quota";

    private static string? Text(JsonElement error, string member) =>
        error.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
