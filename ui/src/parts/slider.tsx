import { createUniqueId } from "solid-js"
import type { JSX } from "solid-js"
import "./slider.css"

export interface SliderProps {
  readonly label: string
  readonly min: number
  readonly max: number
  readonly value: number
  readonly step?: number
  /** What the value means, read out instead of the bare number: "position 47880, 09:46:12, needs input". */
  readonly valueText: string
  readonly disabled?: boolean
  readonly onInput: (value: number) => void
  /** Drawn behind the track: an activity map, marks. Silent for assistive technology. */
  readonly track?: JSX.Element
}

/** A value on a line. Arrows step, Page Up and Down leap, Home and End jump. */
export function Slider(props: SliderProps) {
  const id = createUniqueId()
  const share = () => (props.max === props.min ? 0 : ((props.value - props.min) / (props.max - props.min)) * 100)
  return (
    <div data-component="slider" style={{ "--share": `${share()}%` }}>
      <label for={id} class="visually-hidden">
        {props.label}
      </label>
      <div data-slot="track" aria-hidden="true">
        {props.track}
      </div>
      <input
        id={id}
        type="range"
        min={props.min}
        max={props.max}
        step={props.step ?? 1}
        value={props.value}
        disabled={props.disabled === true}
        aria-valuetext={props.valueText}
        onInput={(event) => props.onInput(event.currentTarget.valueAsNumber)}
      />
    </div>
  )
}
