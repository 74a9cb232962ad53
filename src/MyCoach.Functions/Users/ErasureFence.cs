using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Storage;

namespace MyCoach.Users;

/// <summary>
/// The account is being erased, or was erased since the request began. Nothing may be written. Becomes 409
/// <c>account_erasing</c>.
/// </summary>
internal sealed class AccountErasingException() : ProblemException("The account is being erased.")
{
    public override ProblemHttpResult Problem =>
        Problems.Of(
            StatusCodes.Status409Conflict,
            "account_erasing",
            "The account is being erased, or was erased during this request, so nothing was written. Retry after the erasure."
        );
}

/// <summary>
/// Prevents work that began before an erasure from writing rows after it. Work holds the user's latest erasure as a
/// fencing token, and a write with an older token is refused. Lookups are cached for <see cref="Lease"/>; the eraser
/// waits longer than a write that such a lookup admitted can take.
/// </summary>
internal sealed class ErasureFence(ErasuresTable erasures, TimeProvider clock)
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly ExpiringCache<string, Erasure?> lookups = new(clock, Lease);

    /// <summary>Returns the user with the current fencing token, for work that begins now.</summary>
    /// <exception cref="AccountErasingException"/>
    public async Task<UserId> EnterAsync(UserId user, CancellationToken cancellation) =>
        await ReadAsync(user, cancellation) switch
        {
            { IsDone: false } => throw new AccountErasingException(),
            var erasure => user with { FencingToken = erasure?.Id },
        };

    /// <summary>Checks the fencing token. Call just before each write.</summary>
    /// <exception cref="AccountErasingException"/>
    public async Task ThrowIfErasedAsync(UserId user, CancellationToken cancellation)
    {
        if (await ReadAsync(user, cancellation) is { } erasure && (!erasure.IsDone || erasure.Id != user.FencingToken))
        {
            throw new AccountErasingException();
        }
    }

    /// <summary>Invalidates the cached lookup after this process changed the erasure.</summary>
    public void Invalidate(UserId user) => lookups.Invalidate(user.Key);

    private Task<Erasure?> ReadAsync(UserId user, CancellationToken cancellation) =>
        lookups.GetAsync(user.Key, () => erasures.FindAsync(user, cancellation));
}
