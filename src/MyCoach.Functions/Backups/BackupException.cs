using MyCoach.Hosting;

namespace MyCoach.Backups;

/// <summary>Why a backup or restore failed, in one line for the operator.</summary>
internal sealed class BackupException(string reason) : OperatorException($"Backup error: {reason}.");
