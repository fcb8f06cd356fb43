package dev.skerry.config.node;

import dev.skerry.config.text.Problem;
import java.util.List;

/** What came of gathering settings. */
public sealed interface NodeSettingsResult {
    /**
     * They can be used.
     *
     * @param warnings worth a line at the start
     */
    record Ready(NodeSettings settings, List<Problem> warnings) implements NodeSettingsResult {}

    /** They cannot: all problems at once. The process was used wrongly. */
    record Wrong(List<Problem> problems) implements NodeSettingsResult {}
}
