import Arrays
import Tensors

/// What made every number that is not finite.
final class Provenance {
  struct Input {
    let operand: NonFiniteOrigin.Operand
    /// The place of the record that made it.
    let producer: Int?
  }

  /// An operation with a result that is not finite.
  struct Record {
    let name: String
    let layer: String
    let phase: Watch.Phase
    let pullback: String?
    let inputs: [Input]
    let output: NonFiniteOrigin.Operand
  }

  /// The paths of parameters, buffers and the batch's tensors by their memory.
  private let paths: [ObjectIdentifier: String]
  private var records: [Record] = []
  /// The last record that wrote to an array's memory.
  private var producers: [ObjectIdentifier: Int] = [:]

  /// What made the numbers of a step that begins with these tensors, which must live as long.
  init(_ named: [NamedTensor] = []) {
    paths = Dictionary(named.map { ($0.tensor.identity, $0.path) }) { first, _ in first }
  }

  static func isFinite(_ array: NDArray) -> Bool {
    array.dataType.isFloatingPoint
      ? NumberSummary(Tensor(array)).nonFiniteCount == 0 : true
  }

  func add(_ event: Watch.Event) {
    let before = event.changesOutputs ? event.outputs : []
    let bad = event.outputs.first { !Provenance.isFinite($0) }
    guard let bad else {
      for output in event.outputs where output.count == output.root.count {
        producers[ObjectIdentifier(output.root)] = nil
      }
      return
    }
    let inputs = (event.inputs + before).map {
      let memory = ObjectIdentifier($0.root)
      return Input(operand: .init($0, path: paths[memory]), producer: producers[memory])
    }
    records.append(
      Record(
        name: event.name, layer: event.layer, phase: event.phase, pullback: event.pullback,
        inputs: event.changesOutputs ? Array(inputs.prefix(event.inputs.count)) : inputs,
        output: .init(bad)))
    for output in event.outputs where !Provenance.isFinite(output) {
      producers[ObjectIdentifier(output.root)] = records.count - 1
    }
  }

  /// Where the bad numbers of results come from; nil where all are finite.
  func origin(of results: [Tensor]) -> NonFiniteOrigin? {
    let starts = results.compactMap { result -> Int? in
      Provenance.isFinite(result.array) ? nil : producers[result.identity]
    }
    guard let start = starts.min() else { return nil }
    let nan = follow(from: start) { $0.nanCount > 0 }
    let infinite = follow(from: nan) { $0.infinityCount > 0 }
    // Infinities that are meant, as in masks, are constants.
    let isMeant = ["fill", "copy", "select"].contains(records[infinite].name)
    if infinite == nan || isMeant { return NonFiniteOrigin(records[nan], laterNaN: nil) }
    let becomesNaN = records[nan].output.nanCount > 0
    return NonFiniteOrigin(records[infinite], laterNaN: becomesNaN ? records[nan] : nil)
  }

  /// Goes back along inputs of a kind, as far as they were made by operations.
  private func follow(from start: Int, _ isBad: (NonFiniteOrigin.Operand) -> Bool) -> Int {
    var place = start
    while let earlier = records[place].inputs
      .filter({ isBad($0.operand) }).compactMap(\.producer).min(), earlier < place
    {
      place = earlier
    }
    return place
  }
}
