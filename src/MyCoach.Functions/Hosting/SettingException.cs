namespace MyCoach.Hosting;

/// <summary>A malformed or missing setting prevents the start. The one-line message names the setting and the requirement, never the value.</summary>
internal sealed class SettingException(string setting, string requirement) : OperatorException($"{setting} {requirement}.");
