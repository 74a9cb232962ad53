using System.Globalization;

namespace MyCoach.Http;

/// <summary>How much of a list a caller wants, and from where on.</summary>
internal static class Paging
{
    public const int DefaultLimit = 50;

    public const string InvalidCursorMessage = "must be a nextCursor of this very query";

    private const int MostLimit = 500;

    public static int ReadLimit(string? text, FieldErrors errors)
    {
        var limit = DefaultLimit;
        errors.Require(
            text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MostLimit),
            "limit",
            $"must be a whole number from 1 to {MostLimit}"
        );
        return limit;
    }

    /// <summary>The place that the cursor stands for; null where there is no cursor.</summary>
    public static string? ReadCursor(string? cursor, string query, FieldErrors errors)
    {
        var continuation = cursor is null ? null : Cursor.TryRead(cursor, query);
        errors.Require(cursor is null || continuation is not null, "cursor", InvalidCursorMessage);
        return continuation;
    }
}
