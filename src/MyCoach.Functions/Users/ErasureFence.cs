using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;

namespace MyCoach.Users;

/// <summary>The user's account is being erased, or was since the work began: nothing may be written for them. Becomes 409 <c>account_erasing</c>.</summary>
internal sealed class AccountErasingException() : ProblemException("The account is being erased.")
{
    public override ProblemHttpResult Problem =>
        Problems.Of(
            StatusCodes.Status409Conflict,
            "account_erasing",
            "The account is being erased, or was since this call began; nothing was written."
        );
}

/// <summary>
/// Keeps writes that began before an erasure from leaving rows behind it. Work carries the last erasure it knew of as a fencing token, and a write with
/// another is refused. What was read of an erasure is relied on for <see cref="Lease"/>: whoever erases waits longer than a write so admitted can take.
/// </summary>
internal sealed class ErasureFence(ErasuresTable erasures, TimeProvider clock)
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private const int MostReadings = 10_000;

    private readonly ConcurrentDictionary<string, Reading> readings = new(StringComparer.Ordinal);

    /// <summary>The user with the fencing token of now, for work that begins now.</summary>
    /// <exception cref="AccountErasingException"/>
    public async Task<UserId> EnterAsync(UserId user, CancellationToken cancellation) =>
        await ReadAsync(user, cancellation) switch
        {
            { IsDone: false } => throw new AccountErasingException(),
            var erasure => user with { FencingToken = erasure?.Id },
        };

    /// <summary>Asked just before a write.</summary>
    /// <exception cref="AccountErasingException"/>
    public async Task RequireAsync(UserId user, CancellationToken cancellation)
    {
        if (await ReadAsync(user, cancellation) is { } erasure && (!erasure.IsDone || erasure.Id != user.FencingToken))
        {
            throw new AccountErasingException();
        }
    }

    /// <summary>Has this process see at once what it changed.</summary>
    public void Forget(UserId user) => readings.TryRemove(user.Key, out _);

    private async Task<Erasure?> ReadAsync(UserId user, CancellationToken cancellation)
    {
        if (readings.TryGetValue(user.Key, out var known) && clock.GetElapsedTime(known.At) < Lease)
        {
            return known.Erasure;
        }
        if (readings.Count >= MostReadings)
        {
            readings.Clear();
        }
        // From before the question, which is as old as the answer can be.
        var at = clock.GetTimestamp();
        var erasure = await erasures.FindAsync(user, cancellation);
        readings[user.Key] = new Reading(at, erasure);
        return erasure;
    }

    private sealed record Reading(long At, Erasure? Erasure);
}
