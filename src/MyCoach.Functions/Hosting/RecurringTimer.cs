using Cronos;

namespace MyCoach.Hosting;

/// <summary>A recurring timer. The Functions host fires it; a standalone program fires it by its own clock.</summary>
internal sealed record RecurringTimer(string Name, CronExpression Schedule);
