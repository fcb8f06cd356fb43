package dev.skerry.cli.control;

import dev.skerry.config.text.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A duration as an option has it. */
public final class DurationOption implements ITypeConverter<Duration> {
    /** Made by picocli. */
    public DurationOption() {}

    @Override
    public Duration convert(String text) {
        Duration duration = Durations.parse(text);
        if (duration == null) {
            throw new TypeConversionException("'" + text + "' is not " + Durations.FORM);
        }
        return duration;
    }
}
