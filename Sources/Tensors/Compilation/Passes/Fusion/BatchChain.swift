import Arrays
import CPUBackend

/// Products of as many matrices and loops over them that run matrix by matrix, so that what one
/// leaves is in the cache for the next: queries by keys, softmax, and its product with the values.
package struct BatchChain: Sendable {
  enum Step: Sendable {
    /// A product; its result lies in the memory of `target` until a loop replaces it, where that is
    /// not nil.
    case product(Graph.Instruction, target: Int?)
    case loop(TileLoop)
  }

  /// The matrices of each value.
  let count: Int
  private(set) var steps: [Step]

  /// Fewer matrices are too few blocks for the threads.
  private static let leastCount = 8
  /// Elements of a matrix that stays in the second-level cache.
  private static let largestMatrix = 1 << 18

  /// nil where a matrix of a step needs more than the same one of what another step makes.
  init?(count: Int, _ steps: [Step], in graph: Graph) {
    self.count = count
    self.steps = steps
    if count < BatchChain.leastCount || !isLocal(in: graph) { return nil }
  }

  /// A loop over `count` matrices like those of a product's result as a step; nil where it does not
  /// run over such, or needs several of them at once.
  static func step(_ loop: TileLoop, over result: Layout, count: Int) -> Step? {
    let (rows, columns) = (result.shape[result.rank - 2], result.shape[result.rank - 1])
    guard rows > 1, columns > 1, loop.folds.values.allSatisfy({ $0 == .row }),
      loop.members.allSatisfy({ $0.instruction.outputs[0].predecessor == nil }),
      let loop = loop.over(matrices: count, rows: rows, columns: columns)
    else { return nil }
    return .loop(loop)
  }

  /// The chain with those results of products that only one instruction reads where a loop writes
  /// what it makes of them. `outputs` are what the steps write.
  func withTargets(_ outputs: [Graph.Output], _ uses: GraphUses, in graph: Graph) -> BatchChain {
    var chain = self
    var targets: Set<Int> = []
    for (index, step) in steps.enumerated() {
      guard case .product(let product, _) = step else { continue }
      let result = product.outputs[0]
      guard !uses.isResult[result.value], Set(uses.readers[result.value]).count == 1,
        graph.isWhole(result), uses.successor[result.value] == nil
      else { continue }
      // Two results that a loop reads cannot both lie where it writes.
      let free = outputs.filter { !targets.contains($0.value) }
      for case .loop(let loop) in steps[index...] {
        guard let target = loop.target(for: result, among: free, in: graph) else { continue }
        chain.steps[index] = .product(product, target: target)
        targets.insert(target)
        break
      }
    }
    return chain
  }

  /// The values that have no memory of their own.
  var hidden: Set<Int> {
    Set(
      steps.compactMap {
        if case .product(let product, _?) = $0 { product.outputs[0].value } else { nil }
      })
  }

  // MARK: What a matrix needs

  /// How one matrix of a value is read or written, and how far apart they are.
  private struct Access {
    let value: Int
    let offset: Int
    /// From the first element of a matrix to its last.
    let reach: Int
    /// nil where matrices are not all as far apart.
    let step: Int?

    init(_ value: Int, _ layout: Layout) {
      self.value = value
      offset = layout.offset
      let batch = layout.rank - 2
      reach = layout.shape.indices.suffix(2).reduce(0) {
        $0 + (layout.shape[$1] - 1) * layout.strides[$1]
      }
      let inner = layout.strides[batch - 1]
      step = batch == 1 || layout.strides[0] == layout.shape[1] * inner ? inner : nil
    }

    init(_ walk: TileWalk, _ lengths: [Int]) {
      value = walk.value
      offset = walk.offset
      reach = zip(lengths, walk.strides).dropFirst().reduce(0) { $0 + ($1.0 - 1) * $1.1 }
      step = walk.strides[0]
    }
  }

  private func accesses(_ step: Step) -> (reads: [Access], writes: [Access]) {
    switch step {
    case .product(let product, _):
      (
        product.inputs.map { Access($0.value, $0.layout) },
        product.outputs.map { Access($0.value, $0.layout) }
      )
    case .loop(let loop):
      (
        loop.members.flatMap { member in member.inputs.map { Access($0, member.lengths) } },
        loop.members.map { Access($0.output, $0.lengths) }
      )
    }
  }

  /// Whether what one step writes and another reads is in the same matrix of the value.
  private func isLocal(in graph: Graph) -> Bool {
    let all = steps.map(accesses)
    let written = Set(all.flatMap(\.writes).map(\.value))
    let read = Set(all.flatMap(\.reads).map(\.value))
    return all.flatMap { $0.reads + $0.writes }.allSatisfy { access in
      if !written.contains(access.value) || !read.contains(access.value) { return true }
      let elements = graph.values[access.value].layout.count / count
      return access.step == elements && access.offset + access.reach < elements
        && elements <= BatchChain.largestMatrix
    }
  }
}
