using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>What a task does in one user-month. False if it must be retried at the next run.</summary>
internal delegate Task<bool> MonthWork(UserId user, Month month, CancellationToken cancellation);
