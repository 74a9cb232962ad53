namespace MyCoach.Gateway;

/// <summary>
/// Codex CLI repeats a call five times after any status but 400 and 429, and does not read <c>x-should-retry</c>. Of a
/// 429 it does not show the message. It shows that of a 400, at once.
/// </summary>
internal static class CodexCli
{
    private const string Name = "codex";

    /// <summary>Also its editor extensions, which run the same program.</summary>
    public static bool IsCalling(HttpRequest request) =>
        request.Headers["originator"].ToString().StartsWith(Name, StringComparison.OrdinalIgnoreCase)
        || request.Headers.UserAgent.ToString().StartsWith(Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>400 if trying again cannot help. A 426 makes it use HTTP instead of a WebSocket.</summary>
    public static int StatusOf(Refusal refusal) =>
        refusal.IsRetriable || refusal.Status == StatusCodes.Status426UpgradeRequired
            ? refusal.Status
            : StatusCodes.Status400BadRequest;
}
