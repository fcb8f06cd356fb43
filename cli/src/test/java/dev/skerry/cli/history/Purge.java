package dev.skerry.cli.history;

import java.util.List;

/**
 * What is purged together.
 *
 * @param items all that it names
 * @param document as the API takes it
 */
record Purge(List<String> items, boolean soft, String document) {
    /**
     * A purge that names this item.
     *
     * @param all the items of all sites
     * @param dice 0 to 99: most name one item, some a group, a host or a whole site, some are soft
     */
    static Purge of(String item, List<String> all, int dice) {
        Site site = Site.of(item);
        List<String> ofSite = all.stream().filter(each -> Site.of(each) == site).toList();
        if (dice < 2) {
            return new Purge(ofSite, false, "{\"everything\":true}");
        }
        if (dice < 5) {
            return new Purge(ofSite, false, "{\"hosts\":[\"" + site.host() + "\"]}");
        }
        if (dice < 15) {
            int group = Origin.number(item) % Origin.GROUPS;
            List<String> named =
                    ofSite.stream()
                            .filter(each -> Origin.number(each) % Origin.GROUPS == group)
                            .toList();
            return new Purge(named, false, "{\"tags\":[\"group-" + group + "\"]}");
        }
        boolean soft = dice < 25;
        String target =
                switch (dice % 3) {
                    case 0 -> "\"tags\":[\"" + item + "\"]";
                    case 1 -> "\"urls\":[\"http://" + site.host() + "/" + item + "\"]";
                    default -> "\"prefixes\":[\"" + site.host() + "/" + item + "\"]";
                };
        return new Purge(List.of(item), soft, "{" + target + (soft ? ",\"soft\":true}" : "}"));
    }
}
