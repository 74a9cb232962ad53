namespace MyCoach.Http;

internal static class RequestHeaders
{
    /// <summary>The user that a trusted service acts for, as percent-encoded UTF-8.</summary>
    public const string User = "X-MyCoach-User";
}
