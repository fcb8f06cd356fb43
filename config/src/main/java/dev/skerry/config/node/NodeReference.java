package dev.skerry.config.node;

import dev.skerry.config.schema.Key;
import java.util.OptionalLong;

/** Writes the options of a node as a table in Markdown. */
public final class NodeReference {
    private NodeReference() {}

    /** The table of a role's options, as on a machine without a memory limit. */
    public static String of(Role role) {
        NodeKeys keys = new NodeKeys(role, new Machine("HOSTNAME", OptionalLong.empty()));
        StringBuilder page =
                new StringBuilder("| flag | variable | value | default | what it does |\n");
        page.append("| --- | --- | --- | --- | --- |\n");
        for (Key<?> key : keys.shape().keys()) {
            String shown = key.shownDefault();
            page.append("| `").append(NodeKeys.flag(key));
            page.append("` | `").append(NodeKeys.variable(key));
            page.append("` | ").append(key.shape().words());
            page.append(" | ")
                    .append(shown == null || shown.equals("[]") ? "none" : "`" + shown + "`");
            page.append(" | ").append(key.doc()).append(" |\n");
        }
        return page.toString();
    }
}
