using System.Text.Json;

namespace MyCoach.Providers;

/// <summary>A provider's error, as far as it says something of the key. Its text repeats parts of requests and keys, and goes nowhere.</summary>
internal sealed record ErrorAnswer(string? Type, string? Code, bool SaysOutOfCredit)
{
    /// <summary>Whether the provider says that it is the key it refuses, and not an address or an organisation.</summary>
    public bool RefusesKey(Provider provider) => Code == provider.InvalidKeyCode || Type == provider.InvalidKeyCode;

    /// <summary>What an answer with this status tells of the key; null for nothing.</summary>
    public KeyStatus? Tells(Provider provider, int status) =>
        status switch
        {
            StatusCodes.Status401Unauthorized when RefusesKey(provider) => KeyStatus.Invalid,
            StatusCodes.Status400BadRequest or StatusCodes.Status402PaymentRequired or StatusCodes.Status429TooManyRequests when IsOutOfCredit =>
                KeyStatus.NoCredit,
            _ => null,
        };

    /// <summary>Null where these bytes are no error of a provider's.</summary>
    public static ErrorAnswer? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var error = json.RootElement.GetProperty("error");
            return new ErrorAnswer(
                Text(error, "type"),
                Text(error, "code"),
                Text(error, "message")?.Contains("credit balance is too low", StringComparison.OrdinalIgnoreCase) == true
            );
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private bool IsOutOfCredit => SaysOutOfCredit || Type == "billing_error" || Type == "insufficient_quota" || Code == "insufficient_quota";

    private static string? Text(JsonElement error, string member) =>
        error.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
