import Arrays

/// A loop as one instruction: a graph that runs once a step.
///
/// The body's arguments are the carry, one element of each sequence, and what it captures; its
/// results are the next carry and one element of each output. The instruction's operands are the
/// number of steps (int64, where it is not fixed), the sequences with steps on axis 0, what the body
/// captures and what the condition captures. It changes the carry, whose first value its outputs
/// start from, and gives the outputs with steps on axis 0 and, where a condition ends it, the number
/// of steps that were made (int64). Elements of steps that were not made are zero.
package final class Loop: Sendable, Hashable {
  package let body: TracedBody
  /// Whether another step is made: from the carry and what it captures to one bool.
  package let condition: TracedBody?
  /// The number of steps, or the largest one.
  package let stepCount: Int
  /// Whether the first operand says how many steps are made.
  package let isCounted: Bool
  package let isReversed: Bool
  package let carryCount: Int
  package let elementCount: Int

  package init(
    _ body: TracedBody, while condition: TracedBody?, stepCount: Int, isCounted: Bool,
    isReversed: Bool, carryCount: Int, elementCount: Int
  ) {
    self.body = body
    self.condition = condition
    self.stepCount = stepCount
    self.isCounted = isCounted
    self.isReversed = isReversed
    self.carryCount = carryCount
    self.elementCount = elementCount
  }

  /// The number of outputs beside the carry.
  package var outputCount: Int { body.graph.results.count - carryCount }

  package static func == (a: Loop, b: Loop) -> Bool { a === b }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// A choice as one instruction: of two graphs one runs.
///
/// The operands are the condition (one bool), what the first branch captures and what the second
/// does; both give the same results.
package final class Branch: Sendable, Hashable {
  package let first: TracedBody
  package let second: TracedBody

  package init(_ first: TracedBody, else second: TracedBody) {
    self.first = first
    self.second = second
  }

  package static func == (a: Branch, b: Branch) -> Bool { a === b }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
