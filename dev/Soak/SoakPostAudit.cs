using Azure.Data.Tables;

namespace MyCoach.Dev.Soak;

/// <summary>Compares the stored events of a user with the posts.</summary>
internal static class SoakPostAudit
{
    public static void Check(SoakBook book, IEnumerable<TableEntity> events, SoakFindings findings)
    {
        var stored = events.ToLookup(row => row.GetString("Id"));
        foreach (var post in book.Posts)
        {
            var rows = stored[post.Id].ToArray();
            string Name() => $"{book.User} {post.Id}";
            findings.Check("An answered post is stored", rows.Length > 0 || post.Answered == 0, Name);
            findings.Check("A post is stored once, however often it is repeated", rows.Length < 2, Name);
            findings.Check("Of all answers to a post, one says that it is new", IsCreatedOnce(post), Name);
            foreach (var row in rows)
            {
                findings.Check("A post is stored as it was sent", IsAsSent(post, row), Name);
            }
        }
        var sent = book.Posts.Select(post => post.Id).ToHashSet();
        findings.Check(
            "No event is stored that was not posted",
            stored.All(rows => sent.Contains(rows.Key)),
            () => book.User
        );
    }

    // The answer that said it may be the one that was lost.
    private static bool IsCreatedOnce(SoakPost post) =>
        post.Created == 1 || (post.Created == 0 && (post.Unanswered > 0 || post.Answered == 0));

    private static bool IsAsSent(SoakPost post, TableEntity row) =>
        row.GetString("ConversationId") == post.Conversation
        && SoakSums.OfEvent(row)
            == new SoakSums(
                1,
                post.InputTokens,
                post.OutputTokens,
                SoakBudget.CostOf(post.InputTokens, post.OutputTokens)
            );
}
