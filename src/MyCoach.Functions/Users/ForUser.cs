namespace MyCoach.Users;

/// <summary>
/// Endpoint metadata: the handler acts for a user. Every handler with a <see cref="UserId"/> parameter has it.
/// </summary>
internal sealed class ForUser
{
    public static readonly ForUser Instance = new();

    private ForUser() { }

    /// <summary>The user that an endpoint is about to act for; null if it acts for none.</summary>
    public static UserId? Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ForUser>() is null ? null : context.Features.Get<Caller>()?.User;
}
