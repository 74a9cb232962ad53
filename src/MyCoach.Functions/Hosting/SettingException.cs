namespace MyCoach.Hosting;

/// <summary>A setting that stops the start: one line that names it and says what it must be, never its value.</summary>
internal sealed class SettingException(string setting, string requirement) : OperatorException($"{setting} {requirement}.");
