namespace MyCoach.Http;

/// <summary>Request feature: why the caller is not authenticated. The text holds nothing of the token.</summary>
internal sealed record CallerFault(string Text);
