import Arrays
import CKernels
import CPUBackend

/// Adam's steps of several parameters as one parallel loop. New weights are packed for the products
/// of the next call right after they are there, while they are in the cache.
final class UpdatesKernel: PlanKernel {
  private struct Update: Sendable {
    let update: AdamUpdate
    let gradient: FloatPlace
    let numbers: FloatPlace?
    /// The parameter, both moments and, where there is one, the largest second moment.
    let changed: [Int]
    let count: Int
    /// The columns of a weight that is packed; nil for other parameters.
    var columns: Int?
    var packs: [Pack] = []
  }

  private struct Pack: Sendable {
    let shape: PackedShape
    let order: PlainOrder
    let result: Int
  }

  private let updates: [Update]
  /// The blocks of the loop: an update and the elements of it.
  private let blocks: [(update: Int, elements: Range<Int>)]
  private static let grain = 1 << 13

  init(_ instructions: [Graph.Instruction]) {
    var updates: [Update] = []
    var blocks: [(update: Int, elements: Range<Int>)] = []
    var packs = UpdatesKernel.packs(instructions)
    for instruction in instructions {
      guard case .adam(let update, let hasNumbers, _) = instruction.operation else { continue }
      let count = instruction.outputs[0].layout.count
      let own = packs.removeValue(forKey: instruction.outputs[0].value) ?? []
      let columns = own.isEmpty ? nil : instruction.outputs[0].layout.shape[1]
      // Whole panels, of which a row of the weight is a column.
      let unit = (columns ?? 1) * (own.map(\.shape.panelWidth).max() ?? 1)
      let length = max(UpdatesKernel.grain / max(unit, 1), 1) * unit
      for start in stride(from: 0, to: count, by: length) {
        blocks.append((updates.count, start..<min(count, start + length)))
      }
      updates.append(
        Update(
          update: update, gradient: FloatPlace(instruction.inputs[0]),
          numbers: hasNumbers ? FloatPlace(instruction.inputs[1]) : nil,
          changed: instruction.outputs.map(\.value), count: count, columns: columns, packs: own))
    }
    self.updates = updates
    self.blocks = blocks
  }

  /// The packs of each new weight.
  private static func packs(_ instructions: [Graph.Instruction]) -> [Int: [Pack]] {
    var packs: [Int: [Pack]] = [:]
    for instruction in instructions {
      guard case .pack(let shape) = instruction.operation,
        let order = PlainOrder(instruction.inputs[0].layout)
      else { continue }
      packs[instruction.inputs[0].value, default: []].append(
        Pack(shape: shape, order: order, result: instruction.outputs[0].value))
    }
    return packs
  }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    let total = updates.reduce(0) { $0 + $1.count }
    if total <= UpdatesKernel.grain {
      for (update, elements) in blocks { run(updates[update], elements, bases) }
    } else {
      ThreadTeam.run(blocks: blocks.count) {
        self.run(self.updates[self.blocks[$0].update], self.blocks[$0].elements, bases)
      }
    }
  }

  private func run(
    _ update: Update, _ elements: Range<Int>, _ bases: UnsafePointer<UnsafeMutableRawPointer>
  ) {
    func floats(_ value: Int, _ offset: Int) -> UnsafeMutablePointer<Float> {
      bases[value].assumingMemoryBound(to: Float.self) + offset
    }
    var numbers = update.update
    if let place = update.numbers {
      numbers = AdamUpdate(numbers, from: place.pointer(bases))
    }
    var packed = kernel_adam_update(numbers)
    let first = elements.lowerBound
    kernel_adam_float32(
      &packed, floats(update.changed[0], first), update.gradient.pointer(bases) + first,
      floats(update.changed[1], first), floats(update.changed[2], first),
      update.changed.count > 3 ? floats(update.changed[3], first) : nil, elements.count)
    guard let columns = update.columns else { return }
    let rows = first / columns..<elements.upperBound / columns
    for pack in update.packs {
      let width = pack.shape.panelWidth
      let (panels, depth): (Range<Int>, Range<Int>) =
        switch pack.order {
        case .rowMajor: (0..<pack.shape.panels, rows)
        case .transposed:
          (rows.lowerBound / width..<(rows.upperBound + width - 1) / width, 0..<pack.shape.depth)
        }
      pack.shape.pack(
        floats(update.changed[0], 0), pack.order, into: floats(pack.result, 0), panels: panels,
        rows: depth)
    }
  }
}

extension Graph.Instruction {
  /// Whether this is a step of Adam's on row-major numbers, as `UpdatesKernel` takes them.
  var isPlainUpdate: Bool {
    guard case .adam = operation else { return false }
    return inputs.allSatisfy { $0.layout.isContiguousFromOffset }
      && outputs.allSatisfy { $0.layout.isContiguous }
  }
}
