package dev.skerry.control.fleet;

import dev.skerry.control.purge.AskedNodes;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Asks the nodes of a fleet over their streams; those of other replicas cannot be reached. */
public record AskedFleet(FleetView fleet) implements AskedNodes {
    @Override
    public List<Asked> ask(Question question) {
        List<FleetNode> nodes = fleet.nodes();
        Map<String, Long> connected =
                nodes.stream()
                        .filter(FleetNode::connected)
                        .collect(Collectors.groupingBy(FleetNode::role, Collectors.counting()));
        return nodes.stream()
                .map(node -> {
                    long alike = connected.getOrDefault(node.role(), 1L);
                    String asked = question.to(node.role(), alike);
                    return new Asked(node.name(), node.role(), fleet.ask(node.name(), asked));
                })
                .toList();
    }
}
