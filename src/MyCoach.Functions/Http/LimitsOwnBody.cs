namespace MyCoach.Http;

/// <summary>Endpoint metadata: the handler limits the body that it reads itself.</summary>
internal sealed class LimitsOwnBody;
