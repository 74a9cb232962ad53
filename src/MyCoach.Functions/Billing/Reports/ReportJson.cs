using System.Globalization;
using System.Text.Json;
using MyCoach.Catalogue;

namespace MyCoach.Billing;

/// <summary>Reads members of a provider's report. A missing count is 0.</summary>
internal static class ReportJson
{
    private const decimal PicoPerDollar = 1_000_000_000_000;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(member, out var items)
        && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray()
            : throw BillingFaultException.Unreadable();

    /// <summary>Null if the member is missing or null.</summary>
    public static string? Text(this JsonElement element, string member) =>
        Find(element, member) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static string RequiredText(this JsonElement element, string member) =>
        element.Text(member) ?? throw BillingFaultException.Unreadable();

    public static long Count(this JsonElement element, string member) =>
        element.Number(member) is { } number ? Whole(number) : 0;

    public static long RequiredCount(this JsonElement element, string member) =>
        Whole(element.Number(member) ?? throw BillingFaultException.Unreadable());

    /// <summary>A number, which may be written as text. Null if the member is missing or null.</summary>
    public static decimal? Number(this JsonElement element, string member) =>
        Find(element, member) is { } value
            ? value.ValueKind switch
            {
                JsonValueKind.Number when value.TryGetDecimal(out var number) => number,
                JsonValueKind.String when TryParse(value.GetString()!, out var number) => number,
                JsonValueKind.Null => null,
                _ => throw BillingFaultException.Unreadable(),
            }
            : null;

    /// <summary>An amount, rounded to a pico-dollar.</summary>
    /// <param name="perDollar">How many of the unit are a dollar.</param>
    public static PicoUsd Dollars(this JsonElement element, string member, int perDollar = 1) =>
        ToPico(element.Number(member) ?? throw BillingFaultException.Unreadable(), perDollar);

    /// <inheritdoc cref="Dollars"/>
    public static PicoUsd ToPico(decimal amount, int perDollar = 1) =>
        new((Int128)decimal.Round(amount * (PicoPerDollar / perDollar), MidpointRounding.AwayFromZero));

    /// <summary>The value of the member that names the next page; null after the last.</summary>
    public static string? NextPage(this JsonElement page, string member) =>
        page.TryGetProperty("has_more", out var more) && more.ValueKind == JsonValueKind.True
            ? page.RequiredText(member)
            : null;

    private static long Whole(decimal number) =>
        number is >= 0 and < long.MaxValue ? (long)number : throw BillingFaultException.Unreadable();

    private static JsonElement? Find(JsonElement element, string member) =>
        element.ValueKind != JsonValueKind.Object ? throw BillingFaultException.Unreadable()
        : element.TryGetProperty(member, out var value) ? value
        : null;

    private static bool TryParse(string text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
