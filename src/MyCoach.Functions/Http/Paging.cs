using System.Globalization;

namespace MyCoach.Http;

/// <summary>Reads the <c>limit</c> and <c>cursor</c> of a list request.</summary>
internal static class Paging
{
    public const int DefaultLimit = 50;

    public const string InvalidCursorMessage = "must be a nextCursor returned for this query";

    private const int MaxLimit = 500;

    public static int ReadLimit(string? text, FieldErrors errors)
    {
        var limit = DefaultLimit;
        errors.Require(
            text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit),
            "limit",
            $"must be a whole number from 1 to {MaxLimit}"
        );
        return limit;
    }

    /// <summary>The continuation in the cursor; null without a cursor, or with an error if the cursor is invalid.</summary>
    public static string? ReadCursor(string? cursor, string query, FieldErrors errors)
    {
        var continuation = cursor is null ? null : Cursor.TryRead(cursor, query);
        errors.Require(cursor is null || continuation is not null, "cursor", InvalidCursorMessage);
        return continuation;
    }
}
