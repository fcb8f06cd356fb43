package dev.skerry.config.schema;

import org.jspecify.annotations.Nullable;

/** Writes a shape as a table of keys in Markdown. */
public final class ReferencePage {
    private ReferencePage() {}

    /** The table; nested maps become rows with dotted names. */
    public static String of(ObjectShape shape) {
        StringBuilder page = new StringBuilder("| key | value | default | what it does |\n");
        page.append("| --- | --- | --- | --- |\n");
        rows(shape, "", page);
        return page.toString();
    }

    private static void rows(ObjectShape shape, String prefix, StringBuilder page) {
        for (Key<?> key : shape.keys()) {
            String name = prefix + key.name();
            ObjectShape nested = nested(key.shape());
            page.append("| `").append(name).append("` | ").append(key.shape().words());
            page.append(" | ").append(defaultWords(key)).append(" | ");
            page.append(key.doc().replace("|", "\\|")).append(" |\n");
            if (nested != null) {
                boolean list = key.shape() instanceof ListShape;
                rows(nested, name + (list ? "[]." : "."), page);
            }
        }
    }

    private static String defaultWords(Key<?> key) {
        String shown = key.shownDefault();
        if (shown != null && !shown.equals("[]") && !shown.equals("{}")) {
            return "`" + shown + "`";
        }
        return key.required() ? "required" : "none";
    }

    private static @Nullable ObjectShape nested(Shape<?> shape) {
        if (shape instanceof ObjectShape object) {
            return object;
        }
        if (shape instanceof SwitchShape switched) {
            return switched.settings();
        }
        return shape instanceof ListShape<?> list ? nested(list.item()) : null;
    }
}
