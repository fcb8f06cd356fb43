package dev.skerry.config.load;

import dev.skerry.config.CompressSettings;
import dev.skerry.config.CompressSettings.Coding;
import dev.skerry.config.schema.Key;
import dev.skerry.config.schema.ListShape;
import dev.skerry.config.schema.ObjectShape;
import dev.skerry.config.schema.Shapes;
import dev.skerry.config.schema.SwitchShape;
import dev.skerry.config.schema.Values;
import dev.skerry.config.text.TextGlob;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of codings made at the edge, as a site's defaults and every rule may hold them. */
final class CompressKeys {
    private static final CompressSettings DEFAULTS = CompressSettings.DEFAULTS;

    static final Key<List<Coding>> CODINGS =
            Key.withDefault(
                    "codings",
                    new ListShape<>("codings", Shapes.choice(Coding.class), 1, 3),
                    DEFAULTS.codings(),
                    "Codings that are made, of br, zstd and gzip, the preferred one first: it is"
                            + " chosen where a client takes several alike.");
    static final Key<Integer> GZIP_LEVEL =
            Key.withDefault(
                    "gzip-level",
                    Shapes.integer(1, 9),
                    DEFAULTS.gzipLevel(),
                    "From fast to small.");
    static final Key<Integer> BR_LEVEL =
            Key.withDefault(
                    "br-level",
                    Shapes.integer(0, 11),
                    DEFAULTS.brLevel(),
                    "From fast to small; from 10 on, a hundred times slower than at 5.");
    static final Key<Integer> ZSTD_LEVEL =
            Key.withDefault(
                    "zstd-level",
                    Shapes.integer(1, 19),
                    DEFAULTS.zstdLevel(),
                    "From fast to small.");
    static final Key<Long> MIN_SIZE =
            Key.withDefault(
                    "min-size",
                    Shapes.size(1, 1 << 20),
                    DEFAULTS.minSize(),
                    "Shorter bodies are left alone.");
    static final Key<Long> MAX_SIZE =
            Key.withDefault(
                    "max-size",
                    Shapes.size(1, 1L << 40),
                    DEFAULTS.maxSize(),
                    "Bodies that are known to be longer are left alone.");
    static final Key<List<TextGlob>> TYPES =
            Key.withDefault(
                    "types",
                    new ListShape<>("media types", Shapes.text("type", CompressKeys::type), 1, 100),
                    DEFAULTS.types(),
                    "Media types whose bodies are coded; `*` is any run. `text/event-stream` never"
                            + " is.");

    static final ObjectShape SETTINGS =
            new ObjectShape(
                    "settings",
                    List.of(CODINGS, GZIP_LEVEL, BR_LEVEL, ZSTD_LEVEL, MIN_SIZE, MAX_SIZE, TYPES));

    /** The key itself. */
    static final Key<SwitchShape.Switched> COMPRESS =
            Key.optional(
                    "compress",
                    new SwitchShape(SETTINGS),
                    "Whether an edge sends bodies that came without a coding in one that the"
                            + " client takes, and how. On where nothing is said.");

    private CompressKeys() {}

    /** The settings of a rule over those of the site's defaults. */
    static CompressSettings settings(
            SwitchShape.@Nullable Switched rule, SwitchShape.@Nullable Switched defaults) {
        SwitchShape.Switched decides = rule != null ? rule : defaults;
        Values base = defaults == null ? Values.NONE : defaults.values();
        Values values = rule == null ? base : rule.values().over(base);
        CompressSettings settings =
                new CompressSettings(
                        List.copyOf(new LinkedHashSet<>(values.get(CODINGS))),
                        values.get(GZIP_LEVEL),
                        values.get(BR_LEVEL),
                        values.get(ZSTD_LEVEL),
                        values.get(MIN_SIZE),
                        values.get(MAX_SIZE),
                        values.get(TYPES));
        return decides == null || decides.on() ? settings : settings.off();
    }

    private static TextGlob type(String text) {
        if (!text.matches("[a-z0-9.+*-]+/[a-z0-9.+*-]+")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a media type in lower case, such as text/*");
        }
        return TextGlob.of(text);
    }
}
