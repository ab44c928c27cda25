/** The icons of the user interface: one stroke width, drawn on a 24-unit grid, always beside a text or a label. */
import type { ReactNode, SVGProps } from 'react';

export type IconProps = { readonly size?: number };
export type Icon = (props: IconProps) => ReactNode;

const icon =
  (shape: ReactNode, options: Pick<SVGProps<SVGSVGElement>, 'className'> = {}): Icon =>
  ({ size = 18 }) => (
    <svg
      {...options}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {shape}
    </svg>
  );

/** Points along the reading direction, so it turns round in right-to-left languages. */
const pointing = { className: 'icon-pointing' };

export const InboxIcon = icon(
  <>
    <path d="M4 13l2.4-7.2A2 2 0 0 1 8.3 4.5h7.4a2 2 0 0 1 1.9 1.3L20 13v4.5a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2z" />
    <path d="M4 13h4.5l1.5 2.5h4L15.5 13H20" />
  </>,
);
export const ProcessIcon = icon(
  <>
    <rect x="3" y="9" width="6" height="6" rx="1.5" />
    <rect x="15" y="3.5" width="6" height="6" rx="1.5" />
    <rect x="15" y="14.5" width="6" height="6" rx="1.5" />
    <path d="M9 12h3M12 6.5h3M12 17.5h3M12 6.5v11" />
  </>,
);
export const DecisionIcon = icon(
  <>
    <rect x="3" y="4.5" width="18" height="15" rx="2" />
    <path d="M3 9.5h18M3 14.500h18M13.5 9.5v10" />
  </>,
);
export const DeviceIcon = icon(<path d="M3 12h4l2.5-6.5 4.5 13 2.5-6.5H21" />);
export const MailIcon = icon(
  <>
    <rect x="3" y="5" width="18" height="14" rx="2" />
    <path d="M3.5 7l8.5 6 8.5-6" />
  </>,
);
export const PeopleIcon = icon(
  <>
    <circle cx="9" cy="8" r="3.5" />
    <path d="M3 19.5c.4-3.300 2.800-5.5 6-5.5s5.600 2.200 6 5.5M15.5 4.800a3.5 3.5 0 0 1 0 6.400M17.5 14.400c2 .8 3.200 2.600 3.5 5.100" />
  </>,
);
export const MenuIcon = icon(<path d="M4 7h16M4 12h16M4 17h16" />);
export const SunIcon = icon(
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.600 5.600l1.100 1.100M17.300 17.300l1.100 1.100M5.600 18.400l1.100-1.100M17.300 6.700l1.100-1.100" />
  </>,
);
export const MoonIcon = icon(<path d="M20 13.5A8 8 0 0 1 10.5 4 8 8 0 1 0 20 13.5z" />);
export const LanguageIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M3.5 12h17M12 3.5c2.5 2.400 3.600 5.200 3.600 8.5s-1.100 6.100-3.600 8.5c-2.5-2.400-3.600-5.200-3.600-8.5S9.5 5.900 12 3.5z" />
  </>,
);
export const FlaskIcon = icon(
  <path d="M9.5 3.5h5M10.5 3.5v6L5.200 18a1.700 1.700 0 0 0 1.5 2.5h10.600a1.700 1.700 0 0 0 1.5-2.5L13.5 9.5v-6M7.800 14.5h8.400" />,
);
export const AlertIcon = icon(
  <>
    <path d="M12 4L2.800 19.5h18.400z" />
    <path d="M12 10v4.5M12 17.200v.1" />
  </>,
);
export const CheckIcon = icon(<path d="M5 12.5l4.5 4.5L19 7.5" />);
export const PauseIcon = icon(<path d="M9 6v12M15 6v12" />);
export const CloseIcon = icon(<path d="M6.5 6.5l11 11M17.5 6.5l-11 11" />);
export const ClockIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7.5V12l3 2" />
  </>,
);
export const HandIcon = icon(
  <path d="M8 12.5V6.200a1.400 1.400 0 0 1 2.800 0V11m0-5.800a1.400 1.400 0 0 1 2.800 0V11m0-4.300a1.400 1.400 0 0 1 2.800 0v6.800c0 4-2.300 6.5-5.600 6.5-2.600 0-4-1.200-5.200-3.400l-2-3.600a1.400 1.400 0 0 1 2.400-1.400l2 2.5" />,
);
export const ReturnIcon = icon(<path d="M9 6L4.5 10.5 9 15M4.5 10.5H15a4.5 4.5 0 0 1 0 9h-3" />, pointing);
export const DelegateIcon = icon(
  <>
    <circle cx="9" cy="8" r="3.5" />
    <path d="M3 19.5c.4-3.300 2.800-5.5 6-5.5 1.300 0 2.5.4 3.5 1M15 17.5h6M18.5 15l2.5 2.5-2.5 2.5" />
  </>,
);
export const ServiceIcon = icon(
  <>
    <rect x="3.5" y="4.5" width="17" height="6" rx="1.5" />
    <rect x="3.5" y="13.5" width="17" height="6" rx="1.5" />
    <path d="M7 7.5h.1M7 16.5h.1M11 7.5h6M11 16.5h6" />
  </>,
);
export const ForwardIcon = icon(<path d="M9.5 6l6 6-6 6" />);
export const BackIcon = icon(<path d="M14.5 6L8.5 12l6 6" />, pointing);
export const UpIcon = icon(<path d="M6 14.5l6-6 6 6" />);
export const DownIcon = icon(<path d="M6 9.5l6 6 6-6" />);
export const RetryIcon = icon(<path d="M19.5 12a7.5 7.5 0 1 1-2.200-5.300L19.5 9M19.5 4.5V9H15" />);
export const EditIcon = icon(
  <path d="M4.5 19.5l1-4L16 5a1.800 1.800 0 0 1 2.5 0l.5.5a1.800 1.800 0 0 1 0 2.5L8.5 18.5z" />,
);
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />);
export const TrashIcon = icon(<path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.400L17.5 7M10 10.5v5.5M14 10.5v5.5" />);
export const LinkIcon = icon(
  <path d="M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1" />,
);
export const SignOutIcon = icon(
  <path d="M14 4.5H7a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h7M11 12h9.5M17 8.5l3.5 3.5-3.5 3.5" />,
  pointing,
);
