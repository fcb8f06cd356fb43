package dev.skerry.proxy.node;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Clients that take content codings of a node that makes them. */
abstract class CodingScene extends NodeScene {
    static final String BR = "Accept-Encoding: gzip, br";

    static String line(RawClient client) throws Exception {
        StringBuilder line = new StringBuilder();
        while (line.indexOf("\r\n") < 0) {
            line.append(client.readText(1));
        }
        return line.substring(0, line.length() - 2);
    }

    RawResponse getCoded(String target, String... lines) throws Exception {
        RawResponse response = get(target, lines);
        Await.until("the encoding has ended", () -> metric("skerry_coding_under_way") == 0);
        return response;
    }

    static Reply page(byte[] body) {
        return cacheable().field("Content-Type", "text/html; charset=utf-8").body(body);
    }

    /** Words, so that every coding makes it smaller. */
    static byte[] text(long seed, int length) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append("word")
                    .append(random.nextInt(1000))
                    .append(random.nextInt(9) == 0 ? "\n" : " ");
        }
        return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }
}
