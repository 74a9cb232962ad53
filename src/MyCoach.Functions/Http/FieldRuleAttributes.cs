using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using MyCoach.Storage;

namespace MyCoach.Http;

/// <summary>Text of limited UTF-8 bytes, not blank and without control characters.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PlainTextAttribute : StringLengthAttribute
{
    public PlainTextAttribute(int maxBytes)
        : base(maxBytes) => MinimumLength = 1;

    public override bool IsValid(object? value) => value is string text && IsPlain(text, MaximumLength);

    public override string FormatErrorMessage(string name) => MessageOf(MaximumLength);

    public static bool IsPlain(string text, int maxBytes) =>
        !string.IsNullOrWhiteSpace(text) && Encoding.UTF8.GetByteCount(text) <= maxBytes && !text.Any(char.IsControl);

    public static string MessageOf(int maxBytes) =>
        $"must be text of 1 to {maxBytes} UTF-8 bytes without control characters";
}

/// <summary>An id of an agent, a conversation or an event.</summary>
/// <param name="pattern">What the API description says of it, which may exclude more than this rule.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IdAttribute(string pattern = Ids.Pattern) : RegularExpressionAttribute(pattern)
{
    public override bool IsValid(object? value) => Ids.IsId(value as string);

    public override string FormatErrorMessage(string name) => FieldErrors.InvalidIdMessage;
}

/// <summary>The id of a stored key, as the list of keys shows it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class StoredKeyIdAttribute() : RegularExpressionAttribute("^[0-9a-f]{12}$")
{
    public const string Message = "must be the keyId of a stored key, such as 3f9a0c71d2be; GET /api/keys shows it";

    public override string FormatErrorMessage(string name) => Message;
}

/// <summary>A whole number from 0 to <paramref name="max"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WholeNumberAttribute(long max) : RangeAttribute(0d, max)
{
    public override bool IsValid(object? value) => value is long number && number >= 0 && number <= max;

    public override string FormatErrorMessage(string name) =>
        string.Create(CultureInfo.InvariantCulture, $"must be a whole number from 0 to {max}");
}

/// <summary>An amount in dollars from 0 to <paramref name="max"/>, exact to a pico-dollar.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DollarsAttribute(long max) : RangeAttribute(0d, max)
{
    private const int MaxDecimals = 12;

    public override bool IsValid(object? value) =>
        value is decimal amount && amount >= 0 && amount <= max && decimal.Round(amount, MaxDecimals) == amount;

    public override string FormatErrorMessage(string name) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"must be a number from 0 to {max} with at most {MaxDecimals} decimals"
        );
}

/// <summary>The name of a provider.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ProviderNameAttribute() : AllowedValuesAttribute("anthropic", "openai")
{
    public const string Message = "must be anthropic or openai";

    public override string FormatErrorMessage(string name) => Message;
}
