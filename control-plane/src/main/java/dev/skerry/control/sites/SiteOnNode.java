package dev.skerry.control.sites;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.NodeReport.SiteProblem;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Revision;
import dev.skerry.config.protocol.SiteDocument;
import dev.skerry.control.fleet.FleetNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far a node is with a site.
 *
 * @param applied whether it uses the newest document
 * @param problem why it could not take it; null when it says nothing of that kind
 */
record SiteOnNode(FleetNode node, boolean applied, @Nullable String problem) {
    /** Numbers of two histories say nothing about each other. */
    static SiteOnNode of(FleetNode node, SiteDocument site, Revision revision) {
        String problem =
                node.problems().stream()
                        .filter(p -> p.site().equals(site.site()) && p.version() == site.version())
                        .map(SiteProblem::detail)
                        .findFirst()
                        .orElse(null);
        Position at = node.applied();
        boolean reached =
                at != null
                        && at.history().equals(revision.history())
                        && at.counter() >= revision.counter();
        return new SiteOnNode(node, reached && problem == null, problem);
    }

    ObjectNode shown() {
        ObjectNode shown =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("name", node.name())
                        .put("role", node.role())
                        .put("state", node.state().name().toLowerCase(Locale.ROOT))
                        .put("connected", node.connected())
                        .put("applied", applied);
        Position at = node.applied();
        if (at != null) {
            shown.put("revision", at.revision().toString());
        }
        if (problem != null) {
            shown.put("problem", problem);
        }
        return shown;
    }
}
