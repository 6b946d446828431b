import Yams

/// A training run in words: data, model, loss, optimizer.
package struct Recipe: Sendable, Hashable {}
