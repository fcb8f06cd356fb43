/** How a node follows the control plane: one stream down, reports and answers up. */
@NullMarked
package dev.skerry.proxy.feed;

import org.jspecify.annotations.NullMarked;
