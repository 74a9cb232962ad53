using System.Globalization;

namespace MyCoach.Dev.Emulator.Billing;

internal static class BillingText
{
    /// <summary>Every digit, and never an exponent.</summary>
    public static string Exact(decimal amount) =>
        amount.ToString("0.############################", CultureInfo.InvariantCulture);

    public static string Rounded(decimal amount, int decimals) =>
        amount.ToString($"F{decimals}", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339, in whole seconds of UTC.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Day(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
