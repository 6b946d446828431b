import Arrays
import CKernels
import CPUBackend

/// Adam's steps of several parameters as one parallel loop.
final class UpdatesKernel: PlanKernel {
  private struct Update: Sendable {
    let update: AdamUpdate
    let gradient: (value: Int, offset: Int)
    let numbers: (value: Int, offset: Int)?
    /// The parameter, both moments and, where there is one, the largest second moment.
    let changed: [Int]
    let count: Int
  }

  private let updates: [Update]
  /// The blocks of the loop: an update and the elements of it.
  private let blocks: [(update: Int, elements: Range<Int>)]
  private static let grain = 1 << 13

  init(_ instructions: [Graph.Instruction]) {
    var updates: [Update] = []
    var blocks: [(update: Int, elements: Range<Int>)] = []
    for instruction in instructions {
      guard case .adam(let update, let hasNumbers, _) = instruction.operation else { continue }
      let count = instruction.outputs[0].layout.count
      func place(_ index: Int) -> (Int, Int) {
        (instruction.inputs[index].value, instruction.inputs[index].layout.offset)
      }
      for start in stride(from: 0, to: count, by: UpdatesKernel.grain) {
        blocks.append((updates.count, start..<min(count, start + UpdatesKernel.grain)))
      }
      updates.append(
        Update(
          update: update, gradient: place(0), numbers: hasNumbers ? place(1) : nil,
          changed: instruction.outputs.map(\.value), count: count))
    }
    self.updates = updates
    self.blocks = blocks
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
      numbers = AdamUpdate(numbers, from: floats(place.value, place.offset))
    }
    var packed = kernel_adam_update(numbers)
    let first = elements.lowerBound
    kernel_adam_float32(
      &packed, floats(update.changed[0], first),
      floats(update.gradient.value, update.gradient.offset + first),
      floats(update.changed[1], first), floats(update.changed[2], first),
      update.changed.count > 3 ? floats(update.changed[3], first) : nil, elements.count)
  }
}
