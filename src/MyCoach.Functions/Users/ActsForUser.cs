namespace MyCoach.Users;

/// <summary>
/// Endpoint metadata: the handler acts for a user. Every handler with a <see cref="UserId"/> parameter has it.
/// </summary>
internal sealed class ActsForUser
{
    public static readonly ActsForUser Instance = new();

    private ActsForUser() { }

    /// <summary>The user that an endpoint is about to act for; null if it acts for none.</summary>
    public static UserId? Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ActsForUser>() is null
            ? null
            : context.Features.Get<Caller>()?.User;
}
