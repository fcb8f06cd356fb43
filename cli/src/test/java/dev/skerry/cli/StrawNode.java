package dev.skerry.cli;

import dev.skerry.config.node.Role;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A process that is a node in all but what it serves. With an argument, its drain has no end. */
final class StrawNode {
    private StrawNode() {}

    public static void main(String[] args) throws Exception {
        CountDownLatch drained = new CountDownLatch(args.length);
        int exit =
                NodeRun.untilSignalled(
                        Role.EDGE,
                        Map.of("origin", List.of("http://127.0.0.1:1")),
                        Map.of(),
                        settings -> {
                            System.out.println("serving");
                            return () -> {
                                System.out.println("closing");
                                drained.await();
                            };
                        });
        System.exit(exit);
    }
}
