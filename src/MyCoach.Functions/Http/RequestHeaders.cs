namespace MyCoach.Http;

internal static class RequestHeaders
{
    /// <summary>Names the user that a trusted service acts for: percent-encoded UTF-8.</summary>
    public const string User = "X-MyCoach-User";
}
