import Arrays
import CPUBackend

/// A convolution and what runs on its parts.
final class ConvolutionKernel: PlanKernel {
  private let convolution: PreparedConvolution
  private let direction: ConvolutionDirection
  private let a: FloatPlace
  private let b: FloatPlace
  private let bias: FloatPlace?
  private let result: FloatPlace
  private let moments: Moments?
  private let epilogue: PartLoop?
  /// Where the scratch memory of the moments and of the loop begins, behind the convolution's.
  private let momentsOffset: Int
  private let epilogueOffset: Int
  let scratchByteCount: Int

  private struct Moments {
    let parts: PartMoments
    let channels: Int
    let mean: FloatPlace
    let variance: FloatPlace
  }

  /// nil where the library has no such convolution, or its parts are none that the loop can follow.
  init?(_ fusion: ConvolutionFusion, in graph: Graph, bases: [Int], storing stored: Set<Int>) {
    guard let description = fusion.description(in: graph),
      let convolution = PreparedConvolution.cached(description)
    else { return nil }
    self.convolution = convolution
    direction = description.direction
    let inputs = fusion.convolution.inputs
    a = FloatPlace(inputs[0])
    b = FloatPlace(fusion.arrangedWeight.map { graph.whole($0) } ?? inputs[1])
    bias = inputs.count > 2 ? FloatPlace(inputs[2]) : nil
    result = FloatPlace(fusion.result)
    if let instruction = fusion.moments {
      let outputs = instruction.outputs, channels = fusion.channels
      moments = Moments(
        parts: PartMoments(parts: convolution.parts.count, columns: channels), channels: channels,
        mean: FloatPlace(outputs[0]), variance: FloatPlace(outputs[1]))
    } else {
      moments = nil
    }
    if let loop = fusion.loop {
      let program = loop.program(in: graph, bases: bases, storing: stored)
      guard let epilogue = PartLoop(program, over: loop.space, convolution) else { return nil }
      self.epilogue = epilogue
    } else {
      epilogue = nil
    }
    momentsOffset = convolution.scratchByteCount.roundedUpToLine
    epilogueOffset = momentsOffset + (moments?.parts.scratchByteCount ?? 0).roundedUpToLine
    scratchByteCount = epilogueOffset + (epilogue?.program.scratchByteCount ?? 0)
  }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    let (a, b, result) = (a.pointer(bases), b.pointer(bases), result.pointer(bases))
    let operands =
      switch direction {
      case .forward:
        ConvolutionOperands(
          x: a, weight: b, y: result, bias: bias.map { UnsafePointer($0.pointer(bases)) })
      case .backwardInput: ConvolutionOperands(x: result, weight: b, y: a)
      case .backwardWeight: ConvolutionOperands(x: a, weight: result, y: b)
      }
    if moments == nil && epilogue == nil { return convolution.run(operands, scratch: scratch) }
    let (momentsScratch, loopScratch) = (scratch + momentsOffset, scratch + epilogueOffset)
    func finish(_ part: ConvolutionPart) {
      let elements = convolution.elements(of: part)
      if let moments {
        let start = result + elements.lowerBound
        moments.parts.measure(
          part: part.index, start, rows: elements.count / moments.channels, scratch: momentsScratch)
      }
      epilogue?.run(elements, bases, loopScratch)
    }
    convolution.run(operands, scratch: scratch, epilogue: finish)
    if let moments {
      moments.parts.finish(
        mean: moments.mean.pointer(bases), variance: moments.variance.pointer(bases),
        scratch: momentsScratch)
    }
    epilogue?.program.finish(bases: bases, scratch: loopScratch)
  }
}

/// A loop over the elements of a convolution's result, which runs part by part.
struct PartLoop: Sendable {
  let program: PreparedTileProgram
  /// The elements of a row; all of them where the space has one row.
  private let columns: Int
  private let isFlat: Bool

  /// nil where a part of the result is no block of the space.
  init?(_ program: TileProgram, over space: TileSpace, _ convolution: PreparedConvolution) {
    guard let blocks = PartLoop.blocks(of: space, convolution) else { return nil }
    columns = space.columns
    isFlat = space.rows == 1
    self.program = PreparedTileProgram(program, over: space, blocks: blocks)
  }

  /// The block of a space that is one part, all of one size save the last.
  static func blocks(
    of space: TileSpace, _ convolution: PreparedConvolution
  ) -> (rows: Int, columns: Int)? {
    let parts = convolution.parts.map { convolution.elements(of: $0) }
    guard space.outer == 1, let first = parts.first, parts.last?.upperBound == space.count else {
      return nil
    }
    for (index, part) in parts.enumerated() {
      if part.lowerBound != index * first.count { return nil }
      if part.count != first.count && index != parts.count - 1 { return nil }
    }
    if space.rows == 1 { return (1, first.count) }
    guard first.count % space.columns == 0 else { return nil }
    return (first.count / space.columns, space.columns)
  }

  func run(
    _ elements: Range<Int>, _ bases: UnsafePointer<UnsafeMutableRawPointer>,
    _ scratch: UnsafeMutableRawPointer
  ) {
    if isFlat {
      program.run(outer: 0, rows: 0..<1, columns: elements, bases: bases, scratch: scratch)
    } else {
      let rows = elements.lowerBound / columns..<elements.upperBound / columns
      program.run(outer: 0, rows: rows, columns: 0..<columns, bases: bases, scratch: scratch)
    }
  }
}
