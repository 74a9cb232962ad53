using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <param name="Kind">The kind of group: <c>conversation</c>, <c>agent</c> or <c>token</c>.</param>
/// <param name="Ids">The groups to rank; empty for all.</param>
internal sealed record RankingQuery(UserId User, Month Month, string Kind, IReadOnlyList<string> Ids)
{
    private string Binding => string.Join('\n', [User.Key, $"{Month}", Kind, .. Ids]);

    /// <summary>The last group of the previous page; null for the first page.</summary>
    public (PicoUsd Cost, string Id)? ReadCursor(string? cursor, FieldErrors errors)
    {
        if (Paging.ReadCursor(cursor, Binding, errors) is not { } position)
        {
            return null;
        }
        if (position.Split('\n') is [var text, var id] && PicoUsd.TryParse(text) is { } cost)
        {
            return (cost, id);
        }
        errors.Add("cursor", Paging.InvalidCursorMessage);
        return null;
    }

    public string WriteCursor((PicoUsd Cost, string Id) last) => Cursor.Write($"{last.Cost}\n{last.Id}", Binding);
}
