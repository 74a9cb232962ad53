using Azure;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>A user-month that was written to recently, and the window in which this was last noted.</summary>
internal sealed record ChangedMonth(UserId User, Month Month, long Window, ETag ETag)
{
    public string Key => User.MonthPartition(Month);
}
